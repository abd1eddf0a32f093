import './base.css';
import './panel.css';
import './review.css';
